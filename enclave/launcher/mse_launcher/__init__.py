"""What runs inside the enclave before, and around, the application. Read in the order of enclave/README.md."""

/** What starts the launcher in a container. */
export type LoaderName = 'software' | 'gramine-direct' | 'gramine-sgx'

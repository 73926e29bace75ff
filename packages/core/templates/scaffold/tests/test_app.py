def test_hello(get):
    assert get("/").startswith("Hello")


def test_health(get):
    assert get("/health") == "ok\n"


def test_whoami_reads_the_secrets(get):
    assert get("/whoami") == "demo-user\n"


def test_sealed_secrets_are_there_and_not_shown(get):
    assert get("/sealed") == "The sealed token has 38 characters.\n"

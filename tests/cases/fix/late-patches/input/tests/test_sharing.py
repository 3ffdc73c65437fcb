from tests.test_shared import check


def test_check():
    check()

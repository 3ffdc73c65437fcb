from unittest import mock

import consumer
import through


@mock.patch("shim.Thing")
def test_through(fake):
    assert through.make() is fake.return_value


@mock.patch("consumer.Thing")
def test_consumer(fake):
    assert consumer.make() is fake.return_value


def test_shim_is_too_late():
    with mock.patch("shim.Thing") as fake:
        assert consumer.make() is not fake.return_value


test_through()
test_consumer()
test_shim_is_too_late()

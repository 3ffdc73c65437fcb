from unittest import TestCase, mock

from fakes import ConnectionManager

from relay.api.handlers import notify


class NotifyTest(TestCase):
    def test_everybody_hears_of_it(self):
        manager = ConnectionManager()
        self.assertEqual(notify(manager, ["ada", "bob"], "hello"), 2)

    @mock.patch("relay.api.handlers.ConnectionManager")
    def test_patched(self, manager):
        self.assertIsNotNone(manager)

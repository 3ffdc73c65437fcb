from broker import connect


class Broker:
    link = connect()

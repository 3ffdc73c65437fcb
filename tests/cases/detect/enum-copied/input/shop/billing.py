from shop.types import DeliveryMode


class Invoice:
    mode = DeliveryMode.STANDARD

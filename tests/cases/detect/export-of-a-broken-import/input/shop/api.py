from shop.gone import Order  # expect: broken-import

try:
    from shop.lost import Invoice  # expect: broken-import
except ImportError:
    pass

__all__ = [
    "Order",
    "Invoice",  # expect: broken-export
    "Receipt",  # expect: broken-export
]

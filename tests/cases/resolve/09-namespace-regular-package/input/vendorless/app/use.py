from vendorless.app.gone import X  # expect: broken-import
from vendorless.elsewhere import Y
import vendorless.elsewhere.more


def run():
    return X, Y, vendorless

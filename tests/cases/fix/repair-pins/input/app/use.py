from app.limits import TIMEOUT
from app.limits import RETRIES
from app.limits import DELAY
from app.users import Account
from app.accounts import Account as Other
from helpers.forms import Form
from helpers.web.fields import Form as Field

print(TIMEOUT, RETRIES, DELAY, Account, Other, Form, Field)

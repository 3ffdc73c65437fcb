from app.core import X, helper

import app.crlf
from app.dots import Other, Patient, Record as R
from app.plain import Retry


def f():
    from app.crlf import Record

    return Record, app.crlf.Record, Other, Patient, R, Retry

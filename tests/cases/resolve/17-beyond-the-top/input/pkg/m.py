from ...x import Y

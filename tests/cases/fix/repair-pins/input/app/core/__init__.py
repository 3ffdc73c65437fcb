from app.core.settings import RETRIES

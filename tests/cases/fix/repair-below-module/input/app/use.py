from app.config.models import Config, Level

print(Config, Level)

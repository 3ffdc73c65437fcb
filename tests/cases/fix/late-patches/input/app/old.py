from app.home import Client, Server

__all__ = ["Client", "Server"]

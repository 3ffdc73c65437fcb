from home import Config as OldConfig

"""Auto-generated from schema.json. Do not edit."""


class A:
    pass

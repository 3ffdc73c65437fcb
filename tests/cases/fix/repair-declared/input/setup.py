from setuptools import setup

setup(name="service", tests_require=["mock", 'Gamma ~= 2'], packages=["eta"])

#!/usr/bin/env python3
# @generated
X = 1

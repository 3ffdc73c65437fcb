from helper import Helper

print(Helper)

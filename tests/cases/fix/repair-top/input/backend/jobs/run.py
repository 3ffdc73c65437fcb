from steps import Step  # beside this file

print(Step)

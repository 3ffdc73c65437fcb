from backend.jobs.steps import Step

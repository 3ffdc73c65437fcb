from ...a import Z

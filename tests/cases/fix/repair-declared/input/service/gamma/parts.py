class GammaPart: pass

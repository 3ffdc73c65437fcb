class Early: pass

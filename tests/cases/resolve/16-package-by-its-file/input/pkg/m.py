from .__init__ import A

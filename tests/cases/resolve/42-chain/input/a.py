from b import X

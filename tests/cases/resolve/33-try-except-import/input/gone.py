try:
    from pkg.gone import G
except ImportError:
    class G:
        pass

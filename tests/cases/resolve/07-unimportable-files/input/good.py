class G:
    pass

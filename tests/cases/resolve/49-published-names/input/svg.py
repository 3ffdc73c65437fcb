from backend import Backend


class SvgCanvas: pass


@Backend.export
class _Svg(Backend):
    Canvas = SvgCanvas
    label = "svg"

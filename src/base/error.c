#include "base/error.h"

G_DEFINE_QUARK(onedef - error - quark, onedef_error)

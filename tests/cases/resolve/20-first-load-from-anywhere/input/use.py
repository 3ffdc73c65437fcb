import loader
import a

Y = a.b.X

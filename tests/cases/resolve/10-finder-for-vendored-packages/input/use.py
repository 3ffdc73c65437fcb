from pkg.extern.lib import Tool

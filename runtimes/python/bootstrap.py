# As short as can be: this file is compiled at every start, the module beside it only once.
import sys
sys.path.insert(0, sys.argv[0][:-13])
import grapnel
del sys.path[0]
grapnel._run(sys.argv[1], globals())

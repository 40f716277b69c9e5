"""Everything shaped by Chalice or AWS.

Imports and a first call make hundreds of thousands of objects that live for ever; collecting garbage meanwhile only costs time.
So the collector is off from here until `observability.flush` ends the first invocation.
"""

import gc

gc.disable()

"""CPU seconds that Drain3 with masks takes for the lines of a file, and its templates, as JSON. Redacts nothing."""

import json
import logging
import sys
import time

from drain3 import TemplateMiner
from drain3.masking import MaskingInstruction
from drain3.template_miner_config import TemplateMinerConfig

logging.disable(logging.CRITICAL)
config = TemplateMinerConfig()
config.masking_instructions = [
    MaskingInstruction(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", "UUID"),
    MaskingInstruction(r"\b\d{1,3}(\.\d{1,3}){3}(:\d+)?\b", "IP"),
    MaskingInstruction(r"\b(0x[0-9a-fA-F]+|[0-9a-fA-F]{16,})\b", "HEX"),
    MaskingInstruction(r"\b\d+\b", "NUM"),
]
miner = TemplateMiner(config=config)
with open(sys.argv[1], encoding="utf-8") as log:
    lines = log.read().splitlines()
start = time.process_time()
for line in lines:
    miner.add_log_message(line)
print(json.dumps({"seconds": time.process_time() - start, "lines": len(lines), "templates": len(miner.drain.clusters)}))

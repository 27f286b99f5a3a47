"""Fail where fewer of minnet's public symbols have a known type than so far, as pyright counts them."""
import sys
import tempfile

from outside import pyright

LEAST = 0.97
with tempfile.TemporaryDirectory() as empty:
    report = pyright("--verifytypes", "minnet", "--ignoreexternal", folder=empty)["typeCompleteness"]
if not report["symbols"]:
    sys.exit("types: pyright has found no minnet; expected it to be installed, not as an editable package")
score = report["completenessScore"]
unknown = [symbol["name"] for symbol in report["symbols"]
           if symbol["isExported"] and not symbol["isTypeKnown"] and not symbol.get("isTypeAmbiguous")]
print(f"types: {score:.1%} of the public symbols are known; others: {', '.join(unknown[:5]) or 'none'}")
sys.exit(score < LEAST)

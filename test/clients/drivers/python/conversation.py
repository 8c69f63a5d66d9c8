"""Reads one request a line, {"operation", "args"}, and answers one line, {"value"} or {"error": {"status", "message"}}."""

import json
import sys
import traceback


class Refused(Exception):
    """The client reported an error of the API."""

    def __init__(self, status, message):
        super().__init__(message)
        self.status = status


def hold(operations):
    """Answers requests with the functions of `operations`, by name, until standard input ends."""
    answers = sys.stdout
    # Libraries may write to standard output; answers alone belong there.
    sys.stdout = sys.stderr
    for line in sys.stdin:
        request = json.loads(line)
        try:
            answer = {"value": operations[request["operation"]](*request["args"])}
        except Refused as refused:
            answer = {"error": {"status": refused.status, "message": str(refused)}}
        except Exception as exception:  # pylint: disable=broad-except
            traceback.print_exc()
            answer = {"error": {"status": None, "message": repr(exception)}}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()

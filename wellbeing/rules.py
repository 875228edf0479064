"""How long things take. Pure."""

import datetime as dt

# An answer is promised to the child within a week.
REPLY_WITHIN = dt.timedelta(days=7)
# "Did it help?" is asked four to six weeks after the trial begins.
ASK_AFTER = dt.timedelta(weeks=5)
LONGEST_ROUND = dt.timedelta(weeks=4)

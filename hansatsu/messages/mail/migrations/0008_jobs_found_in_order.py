"""The queue's next job is found by its indexes, however empty the queue looked when that was
planned.

A worker that had looked often while nothing waited read all that waits and compared each with each:
seconds a job, and most of a core, with ten thousand mails of a rush.
"""

from django.db import migrations

FETCH = "procrastinate_fetch_job_v2(varchar[], bigint)"


class Migration(migrations.Migration):
    dependencies = [
        ("notifications", "0007_mail_lists"),
        ("procrastinate", "0041_post_retry_failed_job"),
    ]
    operations = [
        migrations.RunSQL(
            f"alter function {FETCH} set enable_seqscan = off set enable_sort = off"
            " set enable_hashjoin = off set enable_mergejoin = off",
            f"alter function {FETCH} reset all",
        )
    ]

"""Mails get a name on screens."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("notifications", "0004_mail_about")]
    operations = [
        migrations.AlterModelOptions(
            name="mail", options={"verbose_name": "メール", "verbose_name_plural": "メール"}
        )
    ]

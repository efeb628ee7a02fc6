from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("webhooks", "0003_made_without_a_key")]

    operations = [
        migrations.AddField(
            model_name="endpoint",
            name="contact",
            field=models.CharField(blank=True, default="", max_length=254),
            preserve_default=False,
        ),
    ]

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cards", "0003_moved_same_issuer")]

    operations = [
        migrations.AlterModelOptions(
            name="card",
            options={"verbose_name": "カード", "verbose_name_plural": "カード"},
        ),
        migrations.AddField(
            model_name="card",
            name="batch",
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.AddIndex(
            model_name="card",
            index=models.Index(fields=["issuer", "batch", "wallet_id"], name="card_batch"),
        ),
    ]

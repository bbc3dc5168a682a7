"""What happens when: the one table of the beat. Tasks decide themselves whether there is work."""

from celery.schedules import crontab

SCHEDULE = {
    # Often, so that a missed night is caught up soon; it does nothing when the night is done.
    "score the night": {"task": "scoring.tasks.nightly", "schedule": crontab(minute="*/10")},
    "watch runs and data": {"task": "scoring.tasks.watch", "schedule": crontab(minute=7)},
    "release interrupted imports": {"task": "customers.tasks.release_imports", "schedule": crontab()},
    "import the watched folder": {"task": "customers.tasks.import_watched", "schedule": crontab()},
    "remove what is kept too long": {"task": "customers.tasks.remove_expired", "schedule": crontab(minute=20, hour=3)},
    "watch clocks of cases": {"task": "complaints.tasks.watch_clocks", "schedule": crontab()},
    "sweep files": {"task": "customers.tasks.sweep_files", "schedule": crontab(minute=40, hour=3)},
    # Every hour, for it is midnight somewhere; it touches only what is to be planned, moved or given up.
    "plan return visits": {"task": "customers.tasks.plan_visits", "schedule": crontab(minute=5)},
    "tell what is due": {"task": "customers.tasks.remind", "schedule": crontab(minute="*/15")},
    "remove registers": {"task": "complaints.tasks.remove_registers", "schedule": crontab(minute=50)},
    "mail customers": {"task": "complaints.tasks.mail_cases", "schedule": crontab()},
    "run survey campaigns": {"task": "surveys.tasks.run_campaigns", "schedule": crontab()},
    # Every hour: it looks through all orders, and whoever is due today is asked today.
    "ask after events": {"task": "surveys.tasks.ask_after_events", "schedule": crontab(minute=15)},
    "ask after complaints": {"task": "crmquality.tasks.ask_after_complaints", "schedule": crontab(minute="*/10")},
    "rate complaints": {"task": "crmquality.tasks.rate_complaints", "schedule": crontab(minute="*/10")},
    "mail surveys": {"task": "surveys.tasks.mail_surveys", "schedule": crontab()},
    "write anonymous answers": {"task": "surveys.tasks.write_sealed", "schedule": crontab()},
    "send webhooks": {"task": "crmquality.office.tasks.send_webhooks", "schedule": crontab()},
    "forget answers kept for repeats": {
        "task": "crmquality.office.tasks.forget_repeats",
        "schedule": crontab(minute=35),
    },
    "mail notices": {"task": "crmquality.office.tasks.mail_notices", "schedule": crontab()},
}

"""Who is who: links between programs, tracks, sponsors, hospitals, health systems and employers, each with its evidence."""

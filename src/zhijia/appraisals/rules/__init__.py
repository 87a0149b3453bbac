"""What an appraisal and a round compute: values in, values out."""

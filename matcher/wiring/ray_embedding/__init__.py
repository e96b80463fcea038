"""Embedding by Ray Data (`matcher index --engine ray`).

The machine that indexes writes the parts that have no vectors yet as Parquet files into a folder
that all machines see. Workers, each with the model, read one part after the other, write its
vectors beside it, a checkpoint, and send them. The machine that indexes stores them and deletes
both files. Whatever is killed, a part with a checkpoint is never encoded again.
"""

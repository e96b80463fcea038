"""The printed catalogue (专利目录): patents by industry or institution, for paper."""

//! What the desk must still complete, gathered from everywhere for `kb check --todo`.

use std::path::PathBuf;

use super::source::{CATALOG, Source};

/// Each task with the file that it is about (relative to the folder of the knowledge base): the catalog first, then the
/// articles by id.
pub fn todos(source: &Source) -> Vec<(PathBuf, String)> {
    let catalog = source.catalog.iter().flat_map(|catalog| &catalog.todo).map(|task| (PathBuf::from(CATALOG), task.clone()));
    let articles = source.articles.iter().flat_map(|article| {
        let path: PathBuf = ["articles", article.service.as_str(), &format!("{}.md", article.id)].iter().collect();
        article.todo.iter().map(move |task| (path.clone(), task.clone()))
    });
    catalog.chain(articles).collect()
}

#[cfg(test)]
mod tests {
    use super::super::source::read;
    use super::*;

    #[test]
    fn tasks_carry_the_file_that_they_are_about() -> std::io::Result<()> {
        let dir = tempfile::tempdir()?;
        let folder = dir.path().join("articles/gps");
        std::fs::create_dir_all(&folder)?;
        let text = "---\nid: gps-a\ntitle: T\nservice: gps\napps: all\nlevel: 1\nsymptoms: [a]\nreviewed: 2026-11-24\ntodo: [Uno., Dos.]\n---\nX\n";
        std::fs::write(folder.join("gps-a.md"), text)?;
        let tasks: Vec<_> =
            todos(&read(dir.path()).source).into_iter().map(|(file, task)| (file.to_string_lossy().into_owned(), task)).collect();
        assert_eq!(
            tasks,
            [("articles/gps/gps-a.md".to_owned(), "Uno.".to_owned()), ("articles/gps/gps-a.md".to_owned(), "Dos.".to_owned())]
        );
        Ok(())
    }
}
